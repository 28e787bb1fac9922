import { CASES } from '../redis/cases.ts'
import { type Cell, Findings } from '../redis/cell.ts'
import { CONTESTANTS } from '../redis/contestants.ts'
import { GOALS } from '../redis/goals.ts'
import { measureCases, type RedisPlan } from '../redis/measure-cases.ts'
import { NOTES } from '../redis/notes.ts'
import { redisPage } from '../redis/page.ts'
import { redisText } from '../redis/terminal.ts'
import { withRedis } from '../redis-server.ts'
import { UsageError } from '../usage-error.ts'
import { type JudgedContest, runContest } from './contest-suite.ts'
import type { Suite } from './suite.ts'

const CONTEST: Omit<JudgedContest<'redis', RedisPlan, Cell, Findings>, 'measure'> = {
  name: 'redis',
  about: 'memory over Redis beside other caches, bare clients and a raw socket, and its goals judged',
  plans: {
    full: { cases: CASES.map(({ id }) => id), processes: 5, parallel: 1, warmUpMs: 600, measureMs: 400 },
    quick: {
      cases: ['get-100', 'get-many', 'set-100', 'sync', 'awaited'],
      processes: 1,
      parallel: 2,
      warmUpMs: 60,
      measureMs: 50,
    },
  },
  cases: CASES,
  labels: CONTESTANTS,
  findings: (cells) => new Findings(cells),
  goals: GOALS,
  quickWarnings: [
    'a quick run: one short process for each line, two at a time, so single numbers say little',
    'a quick run leaves out calls one after another',
  ],
  notes: NOTES,
  text: redisText,
  page: redisPage,
}

/** Memory over the Redis tier beside other caches, bare clients and a raw socket, and the goals for its speed judged. */
export const redisSuite: Suite = {
  name: CONTEST.name,
  about: CONTEST.about,
  options: [],
  file: 'redis-latest',
  run: ({ quick }, signal) =>
    withRedis((redis) => {
      if (redis instanceof Error) throw new UsageError(redis.message)
      const { url, version } = redis
      const contest = { ...CONTEST, measure: measureOn(url) }
      return runContest(contest, { quick, signal, redis: version })
    }),
}

function measureOn(url: string): JudgedContest<'redis', RedisPlan, Cell, Findings>['measure'] {
  return (plan, progress, signal) => measureCases(url, plan, progress, signal)
}
