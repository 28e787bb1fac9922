import { bundle } from '../../rolldown.base.ts'

// Index and http share one file with one AsyncLocalStorage in it. The command is a file of its own: split off from
// these it would cut them into more files, each of which costs the import of a program a millisecond.
export default [
  bundle({ index: 'src/index.ts', 'http/index': 'src/http/index.ts' }),
  bundle({ 'pretty/main': 'src/pretty/main.ts' }),
]
