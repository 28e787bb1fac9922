import { describe, expect, it } from 'vitest'
import { isRefusal } from './refusal.ts'

// As Redis says it: 7.0, and 6.2 and 7.2 where they differ.
const REFUSALS = [
  "OOM command not allowed when used memory > 'maxmemory'.",
  "OOM command not allowed when used memory > 'maxmemory'. script: 5f08, on @user_script:9.",
  "READONLY You can't write against a read only replica.",
  'NOREPLICAS Not enough good replicas to write.',
  'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
  "NOPERM this user has no permissions to run the 'evalsha' command",
  "ERR The user executing the script can't run this command or subcommand script: 5f08, on @user_script:9.",
  "ERR Error running script (call to f_5f08): @user_script:9: @user_script: 9: The user executing the script can't run this command or subcommand",
  "ERR ACL failure in script: User default has no permissions to run the 'set' command script: 5f08, on @user_script:9.",
  "ERR Error running script (call to f_5f08): @user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'.",
  "ERR Error running script (call to f_5f08): @user_script:9: @user_script: 9: -READONLY You can't write against a read only replica.",
]
const FAULTS = [
  'LOADING Redis is loading the dataset in memory',
  'CLUSTERDOWN The cluster is down',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  'ERR Error running script (call to f_5f08): @user_script:9: Script attempted to access a non local key in a cluster node',
  'ERR unknown command, with args beginning with: OOM ',
  'ERR Error running script (call to f_5f08): @user_script:9: @user_script: 9: -WRONGTYPE Operation against a key',
  'the Redis client is not connected: READONLY ',
  'OOMPH',
  'oom command not allowed',
]

describe('A refusal of Redis', () => {
  it.each(REFUSALS)('takes for an answer that says no: %s', (text) => {
    expect(isRefusal(new Error(text))).toBe(true)
  })

  it.each(FAULTS)('takes for a fault: %s', (text) => {
    expect(isRefusal(new Error(text))).toBe(false)
  })

  it('takes for a fault what is no error', () => {
    for (const thrown of [undefined, null, 'OOM command not allowed', { message: 'OOM ' }])
      expect(isRefusal(thrown)).toBe(false)
  })
})
