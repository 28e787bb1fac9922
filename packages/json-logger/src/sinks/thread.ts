/** The number of this thread in its process; asked for when it is needed, since loading the module costs milliseconds. */
export function thread(): number {
  return process.getBuiltinModule('node:worker_threads').threadId
}
