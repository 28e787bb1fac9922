// Removes what an earlier build left in the package that is built.
import { rm } from 'node:fs/promises'

await rm('dist', { recursive: true, force: true })
