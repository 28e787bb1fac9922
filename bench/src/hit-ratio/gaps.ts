import type { HitRatioResults } from './results.ts'

/** What sets these results apart from those of a full run on recorded traces. */
export function hitRatioGaps({ quick, recorded, goals, faults }: HitRatioResults): string[] {
  return [
    ...(quick ? ['it was quick'] : []),
    ...(recorded ? [] : ['its traces were made']),
    ...faults.map((fault) => `without ${fault}`),
    ...goals.filter(({ verdict }) => verdict === 'not measured').map(({ says }) => `no verdict on '${says}'`),
  ]
}
