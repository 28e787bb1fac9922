import { getLogger, setupLogging, withRequestId } from '../src/index.ts'

const log = getLogger('app.services')
log.info('before any set-up')
setupLogging()
withRequestId('r-1', () => log.info('Starting analysis', { fileSize: 5_000_000 }))
log.debug('a detail')
