import { fileSink, getLogger, setupLogging, withContext } from '../src/index.ts'

/** Logs whatever a caller without types may hand over by mistake: all of it answers a promise that is rejected. */
const fails = async (): Promise<never> => {
  throw new Error('on purpose')
}
const record = { write: (): void => {} }
setupLogging({ sinks: [record, fileSink({ file: '/dev/null' })] })
const log = getLogger('app')
log.info(fails as never)
log.info('fields', fails)
log.info('toJSON', { toJSON: fails })
log.info('deep', { deep: { toJSON: fails } })
log.child({ toJSON: fails }).info('bound', { list: [{ toJSON: fails }] })
withContext({ toJSON: fails }, () => log.info('context'))
setTimeout(() => log.info('alive'), 10)
