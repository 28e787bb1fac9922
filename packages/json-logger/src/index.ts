export { type Fields, getLogger, type Level, type Log, type Logger } from './logger.ts'
