// Figures in words: the lengths, times and sizes that the page shows.

const MINUS = '\u2212'

/** So many decimal places, with a true minus and never "-0". @param {number} value @param {number} places */
export function decimals(value, places) {
  return value
    .toFixed(places)
    .replace(/^-(?=0\.?0*$)/, '')
    .replace('-', MINUS)
}

/** A length of time at about three digits: `0.42 ms`, `1.50 s`. @param {number} ms */
export function milliseconds(ms) {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`
  const places = ms < 0.995 ? 2 : ms < 9.95 ? 1 : 0
  return `${ms.toFixed(places)} ms`
}

/**
 * The length of a recording: seconds below a minute, else `m:ss`.
 * @param {number} seconds @returns {[value: string, unit: string]}
 */
export function duration(seconds) {
  return seconds < 60 ? [seconds.toFixed(2), 's'] : [minutes(seconds), 'min']
}

/** `m:ss`, rounded to the second. @param {number} seconds */
export function minutes(seconds) {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** `mono`, `stereo` or the number. @param {number} channels */
export function channelWords(channels) {
  return ['', 'mono', 'stereo'][channels] ?? `${channels} channels`
}

/** In kB, from a million bytes on in MB. @param {number} bytes */
export function fileSize(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
