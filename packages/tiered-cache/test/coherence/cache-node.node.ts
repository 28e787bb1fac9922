// Run as a program by `NodeProcess`: one node with a cache, which does what its parent says and tells what comes of it.
import type { CallAnswer, NodeCall, NodeCommand, NodeTelling } from './node-messages.ts'
import { NodeLife } from './node-life.ts'

let life: NodeLife | undefined

function tell(telling: NodeTelling): void {
  // After a disconnect there is nobody to tell, and this process is about to end.
  if (process.connected) process.send?.(telling)
}

async function answered(command: NodeCall): Promise<CallAnswer> {
  if (command.do === 'start') life = new NodeLife(command.setting, tell)
  if (life === undefined) throw new Error('a node is to be started first')
  return life.answer(command)
}

process.on('message', (message) => {
  const command = message as NodeCommand
  if (command.do === 'answer') return life?.loaded(command.load, command.version)
  const { call } = command
  return void answered(command).then((answer) => tell({ tell: 'ended', call, answer }))
})
process.once('disconnect', () => process.exit())
tell({ tell: 'blank' })
