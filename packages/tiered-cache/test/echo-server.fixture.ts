import { type AddressInfo, createServer } from 'node:net'
import { parentPort } from 'node:worker_threads'

// A thread of its own: it answers while the loop of the test is blocked. A byte for a byte, in order.
const server = createServer((socket) => {
  socket.setNoDelay(true)
  socket.on('data', (bytes) => socket.write(bytes))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  parentPort?.postMessage(port, [])
})
