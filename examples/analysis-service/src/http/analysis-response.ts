import type { Acoustics } from '../analysis/acoustics.ts'
import type { Feedback } from '../feedback/feedback.ts'

/** What `POST /analyze` answers. */
export interface AnalysisResponse {
  readonly requestId: string
  /** SHA-256 of the recording, in hex. */
  readonly sha256: string
  readonly acoustics: Acoustics
  readonly feedback: Feedback
  /** Where it came from: a tier of the cache, or computed for this request (or shared with one under way). */
  readonly source: 'memory' | 'redis' | 'disk' | 'computed'
  readonly timings: Timings
}

/** Milliseconds. */
export interface Timings {
  /** Until the recording was here and hashed. */
  readonly uploadMs: number
  /** From there to the answer: a look into the cache, or the whole analysis. */
  readonly analysisMs: number
}

/** What every failed request answers. */
export interface ErrorResponse {
  readonly requestId: string
  readonly error: { readonly code: string; readonly message: string }
}
