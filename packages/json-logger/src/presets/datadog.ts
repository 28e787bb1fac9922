import type { Level } from '../level.ts'
import { PLAIN, type Preset } from './preset.ts'

const STATUSES: Readonly<Record<Level, string>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'critical',
}

/**
 * Datadog's reserved attributes; `service`, `env` and `version` are the agent's or come from bindings.
 * @see https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/
 */
export const DATADOG: Preset = {
  ...PLAIN,
  names: { ...PLAIN.names, level: 'status', logger: 'logger.name' },
  level: (name, level) => ({ [name]: STATUSES[level] }),
  constants: { ddsource: 'nodejs' },
  error: { type: 'error.kind', message: 'error.message', stack: 'error.stack', details: 'error.details' },
}
