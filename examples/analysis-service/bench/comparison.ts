import { median, spread } from '../../../bench/src/percentile.ts'
import type { Figures, Sample } from './measure.ts'
import type { Length } from './recordings.ts'
import type { Variant } from './variant.ts'

/** The medians of all rounds. */
export interface Summary {
  readonly figures: Readonly<Record<Length, Figures>>
  readonly rssBytes: number
  /** How far the rounds lie apart at the worst, see `spread`. */
  readonly spread: number
}

/** What was found of each variant. */
export type Comparison = Readonly<Record<Variant, Summary>>

export function compare(samples: readonly Sample[]): Comparison {
  const of = (variant: Variant): Summary => summaryOf(samples.filter((sample) => sample.variant === variant))
  return { 'disk only': of('disk only'), 'all tiers': of('all tiers'), 'no look-up': of('no look-up') }
}

function summaryOf(samples: readonly Sample[]): Summary {
  const middle = (length: Length): Figures => {
    const figure = (name: keyof Figures): number => median(samples.map(({ figures }) => figures[length][name]))
    return {
      secondMs: figure('secondMs'),
      lookupMs: figure('lookupMs'),
      answerBytes: figure('answerBytes'),
      requestsPerSecond: figure('requestsPerSecond'),
      steadyCpu: figure('steadyCpu'),
    }
  }
  return {
    figures: { short: middle('short'), long: middle('long') },
    rssBytes: median(samples.map(({ rssBytes }) => rssBytes)),
    spread: Math.max(...spreads(samples)),
  }
}

function spreads(samples: readonly Sample[]): number[] {
  const lengths: readonly Length[] = ['short', 'long']
  return lengths.flatMap((length) => [
    spread(samples.map(({ figures }) => figures[length].secondMs)),
    spread(samples.map(({ figures }) => figures[length].requestsPerSecond)),
    spread(samples.map(({ figures }) => figures[length].steadyCpu)),
  ])
}
