import { PLAIN, type Preset } from './preset.ts'

/**
 * Elastic Common Schema: names with dots, never nested; time, level and message come first.
 * @see https://www.elastic.co/guide/en/ecs-logging/overview/current/intro.html
 */
export const ECS: Preset = {
  ...PLAIN,
  names: {
    timestamp: '@timestamp',
    level: 'log.level',
    logger: 'log.logger',
    message: 'message',
    request_id: 'http.request.id',
  },
  level: (name, level) => ({ [name]: level }),
  messageFirst: true,
  constants: { 'ecs.version': '8.11.0' },
  trace: ({ traceId, spanId }) => ({ 'trace.id': traceId, 'span.id': spanId }),
  error: { type: 'error.type', message: 'error.message', stack: 'error.stack_trace', details: 'error.details' },
}
