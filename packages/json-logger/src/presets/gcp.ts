import type { Level } from '../level.ts'
import { PLAIN, type Preset } from './preset.ts'

const SEVERITIES: Readonly<Record<Level, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
}

/**
 * Google Cloud Logging; a trace is named with its project where `GOOGLE_CLOUD_PROJECT` says which. `stack_trace` is what
 * Error Reporting looks for.
 * @see https://docs.cloud.google.com/logging/docs/structured-logging
 */
export const GCP: Preset = {
  ...PLAIN,
  names: { ...PLAIN.names, timestamp: 'time', level: 'severity' },
  level: (name, level) => ({ [name]: SEVERITIES[level] }),
  trace: ({ traceId, spanId, flags }) => ({
    'logging.googleapis.com/trace': `${projectPrefix()}${traceId}`,
    'logging.googleapis.com/spanId': spanId,
    'logging.googleapis.com/trace_sampled': (flags & 1) === 1,
  }),
  error: { type: 'error.type', message: 'error.message', stack: 'stack_trace', details: 'error.details' },
}

function projectPrefix(): string {
  const project = process.env.GOOGLE_CLOUD_PROJECT
  return project === undefined || project === '' ? '' : `projects/${project}/traces/`
}
