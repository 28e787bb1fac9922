// Analyses the recording of its argument in a thread, as the service does, and prints the figures.
import { createAcousticAnalyzer } from '../src/analysis/acoustic-analyzer.ts'

const analyzer = createAcousticAnalyzer({ threads: 1, logging: { level: 'info', console: 'stderr' } })
const context = { requestId: 'program-1', signal: AbortSignal.timeout(20_000) }
const acoustics = await analyzer.analyse(process.argv[2] ?? '', {}, context)
await analyzer.close()
console.log(JSON.stringify(acoustics))
