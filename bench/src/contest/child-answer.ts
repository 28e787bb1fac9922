import type { Answer } from './fresh-process.ts'

/** What a program started by `fresh-process.ts` does: takes its job, tells its parent what it found, and ends. */
export async function answerParent<Job, Sample>(sample: (job: Job) => Promise<Sample>): Promise<void> {
  // What is measured may wait for a thread that does not keep the process alive.
  const alive = setInterval(() => {}, 60_000)
  const answer = await answerTo(JSON.parse(process.argv[2] ?? '') as Job, sample)
  clearInterval(alive)
  // Some contestants leave timers behind that would keep the process for minutes.
  process.send?.(answer, () => process.exit())
}

async function answerTo<Job, Sample>(job: Job, sample: (job: Job) => Promise<Sample>): Promise<Answer<Sample>> {
  try {
    return { sample: await sample(job) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}
