import type { Breaker, Off, StateChange } from '@org/breaker'
import type { Logger } from '@org/json-logger'

/** Logs each change of state: opening as an error, with what caused it; half-open as a warning; closing as info. */
export function logBreaker(breaker: Breaker, logger: Logger): Off {
  return breaker.on('state', (change) => logChange(change, logger))
}

function logChange({ breaker, from, to, retryAfterMs, cause }: StateChange, logger: Logger): void {
  const fields = { breaker, from }
  if (to === 'open') {
    logger.error('the breaker opened', { ...fields, retryAfterMs: Math.ceil(retryAfterMs), cause: String(cause) })
  } else if (to === 'half-open') {
    logger.warn('the breaker lets a probe through', fields)
  } else if (to === 'closed') {
    logger.info('the breaker closed', fields)
  } else {
    logger.warn(`the breaker is ${to} by hand`, fields)
  }
}
