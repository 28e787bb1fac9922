/**
 * From one sample in a thousand on, clipping is heard as distortion: a recording that was merely brought up to full scale
 * touches it with a few samples, overdriven speech stays there at every loud vowel.
 */
const HEARD_RATIO = 0.001

/**
 * Whether so many samples at full scale are heard as distortion. What was clipped first and made quieter afterwards is not
 * noticed.
 */
export function isHeardAsClipping(fullScaleRatio: number): boolean {
  return fullScaleRatio >= HEARD_RATIO
}
