import {
  EPOCH_AT,
  HEADER_BYTES,
  ID_AT,
  INSTANT_CHARS,
  KIND_EMPTY,
  KIND_VALUE,
  LEASE_UNTIL_AT,
  MAGIC,
  NO_ID,
  NO_INSTANT,
  NO_TOKEN,
  STALE_AT_AT,
  TOKEN_AT,
} from './lease-header.ts'
import { LuaScript } from './lua-script.ts'

/** No lease is longer: what says so is damaged. */
export const LONGEST_LEASE_MS = 3_600_000

// All time is Redis' own: nodes need not agree on a clock. `pcall` on the first read, since the key may be no string.
const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function instant(at) return string.format('%0${INSTANT_CHARS}d', at) end
local function liveAtLeast(key, ms)
  local left = redis.call('PTTL', key)
  if left >= 0 and left < ms then redis.call('PEXPIRE', key, ms) end
end`

const EMPTY = `
local function empty(token, till) return '${MAGIC}${KIND_EMPTY}' .. token .. till .. '${NO_INSTANT}${NO_ID}' end`

/** Lua counts from 1. */
const field = (from: number, to: number): string => `string.sub(header, ${from + 1}, ${to})`

/**
 * (key; token, lease ms, id of the record that the caller has seen, the epoch as it is known, or '') Answers 0: granted; a number above: another has it, for so
 * many ms; bytes: the record that was filled meanwhile. What is no string is left alone: granted, but `FILL` refuses it.
 */
export const ACQUIRE: LuaScript = new LuaScript(`
local key, token, lease, seen, epoch = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local header = redis.pcall('GETRANGE', key, 0, ${HEADER_BYTES - 1})
if type(header) ~= 'string' then return 0 end
${CLOCK}${EMPTY}
local kind = ${field(0, TOKEN_AT)}
if #header < ${EPOCH_AT} or (kind ~= '${MAGIC}${KIND_VALUE}' and kind ~= '${MAGIC}${KIND_EMPTY}') then
  redis.call('SET', key, empty(token, instant(now + lease)), 'PX', lease)
  return 0
end
local holder = ${field(TOKEN_AT, LEASE_UNTIL_AT)}
if holder ~= token then
  local left = (tonumber(${field(LEASE_UNTIL_AT, STALE_AT_AT)}) or 0) - now
  if holder ~= '${NO_TOKEN}' and left > 0 and left <= ${LONGEST_LEASE_MS} then return left end
  local isFresh = (tonumber(${field(STALE_AT_AT, ID_AT)}) or 0) > now
  local isCleared = epoch ~= '' and ${field(EPOCH_AT, HEADER_BYTES)} ~= epoch
  if kind == '${MAGIC}${KIND_VALUE}' and isFresh and not isCleared and ${field(ID_AT, EPOCH_AT)} ~= seen then
    return redis.call('GET', key)
  end
end
redis.call('SETRANGE', key, ${TOKEN_AT}, token .. instant(now + lease))
liveAtLeast(key, lease)
return 0`)

/**
 * (keys; lease ms, token of each) Wipes the tokens of others, whoever they are. A value stays readable until it is overwritten, so
 * that nobody misses it meanwhile. What is fresh for longer than the lease need not be asked how long it lives.
 */
export const STAKE: LuaScript = new LuaScript(`
local lease = tonumber(ARGV[1])
${CLOCK}${EMPTY}
local till = instant(now + lease)
for i, key in ipairs(KEYS) do
  local header = redis.pcall('GETRANGE', key, 0, ${ID_AT - 1})
  if type(header) == 'string' then
    if ${field(0, TOKEN_AT)} == '${MAGIC}${KIND_VALUE}' then
      redis.call('SETRANGE', key, ${TOKEN_AT}, ARGV[i + 1] .. till)
      if (tonumber(${field(STALE_AT_AT, ID_AT)}) or 0) < now + lease then liveAtLeast(key, lease) end
    else
      redis.call('SET', key, empty(ARGV[i + 1], till), 'PX', lease)
    end
  end
end
return #KEYS`)

/**
 * (keys; token, record and life in ms of each) Answers 1 for each that was stored, 0 for each that another has, or that is no
 * longer there: a delete leaves nothing. A life of '' has no end, and what has none left is deleted.
 */
export const FILL: LuaScript = new LuaScript(`
local answers = {}
for i, key in ipairs(KEYS) do
  local token, record, life = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  local isOurs = redis.pcall('GETRANGE', key, ${TOKEN_AT}, ${LEASE_UNTIL_AT - 1}) == token
  answers[i] = isOurs and 1 or 0
  if isOurs then
    if life == '' then redis.call('SET', key, record)
    elseif life == '0' then redis.call('DEL', key)
    else redis.call('SET', key, record, 'PX', life) end
  end
end
return answers`)

/** (key; token) Answers 1 if the lease was the caller's. */
export const RELEASE: LuaScript = new LuaScript(`
local key = KEYS[1]
local header = redis.pcall('GETRANGE', key, 0, ${LEASE_UNTIL_AT - 1})
if type(header) ~= 'string' or ${field(TOKEN_AT, LEASE_UNTIL_AT)} ~= ARGV[1] then return 0 end
if ${field(0, TOKEN_AT)} == '${MAGIC}${KIND_EMPTY}' then redis.call('DEL', key)
else redis.call('SETRANGE', key, ${TOKEN_AT}, '${NO_TOKEN}${NO_INSTANT}') end
return 1`)

/** (key; token, lease ms) Answers 1 if the lease is the caller's. */
export const RENEW: LuaScript = new LuaScript(`
local key, lease = KEYS[1], tonumber(ARGV[2])
if redis.pcall('GETRANGE', key, ${TOKEN_AT}, ${LEASE_UNTIL_AT - 1}) ~= ARGV[1] then return 0 end
${CLOCK}
redis.call('SETRANGE', key, ${LEASE_UNTIL_AT}, instant(now + lease))
liveAtLeast(key, lease)
return 1`)
