import type { Suite } from './suites/suite.ts'

/** What `--help` prints. */
export function usage(suites: readonly Suite[]): string {
  const list = suites.map(
    (suite, index) => `  ${suite.name.padEnd(12)}${suite.about}${index === 0 ? ' (default)' : ''}`,
  )
  return `Usage: pnpm bench [suite] [options]

Suites
${list.join('\n')}

Options of every suite
  --quick              about 20 seconds in place of 2 to 5 minutes (redis: 7, disk: 12, logger: 15); fewer samples
  --json FILE          write the results there too
  --help, -h           this text

Options of tiers
  --tiers LIST         some of memory,redis,disk (default: all)
  --size LIST          sizes of the payload, such as 1kb,100kb,5mb (default: 200b,10kb,5mb)
  --payload FILE       measure the value in a JSON file of yours, of any kind, in place of the made ones

Results: a table here and, in bench/results, latest.json and latest.html with charts for tiers, breaker-latest.json for
breaker, logger-latest.json for logger, redis-latest.json and .html with charts for redis, disk-latest.json for disk,
outage-latest.json for outage, hit-ratio-latest.json and .html with curves for hit-ratio, freshness-latest.json for
freshness. The exit code is 1 where something could not be measured; a goal that falls short is told and is no error.
Redis: the server of REDIS_URL under a namespace of our own, else one is started for the run (redis-server or
valkey-server on PATH; on Debian as root it is installed first unless REDIS_NO_INSTALL is set). outage always starts its
own, as it kills them.
`
}
