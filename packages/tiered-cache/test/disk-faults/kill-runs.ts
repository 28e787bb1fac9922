import { KillDirectory, type KillOutcome } from './kill-directory.ts'
import { KillPool } from './kill-process.ts'
import type { SubjectName } from './subject.ts'

const MOST_LIVES = 16

/** Kills so often, in directories of one seed after the other, side by side in `lanes`. Ends early where something is wrong. */
export async function killRuns(
  subject: SubjectName,
  kills: number,
  firstSeed: number,
  lanes: number,
  onDirectory: (seed: number, outcome: KillOutcome) => void = () => {},
): Promise<KillOutcome> {
  const pool = new KillPool(lanes)
  const complaints: string[] = []
  let [left, seed, acknowledged] = [kills, firstSeed, 0]
  const lane = async (): Promise<void> => {
    while (left > 0 && complaints.length === 0) {
      const lives = Math.min(left, MOST_LIVES)
      left -= lives
      const own = seed++
      const outcome = await new KillDirectory(subject, own, pool).play(lives)
      acknowledged += outcome.acknowledged
      complaints.push(...outcome.complaints.map((complaint) => `seed ${own}: ${complaint}`))
      onDirectory(own, outcome)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    await pool.end()
  }
  return { kills: kills - left, acknowledged, complaints }
}
