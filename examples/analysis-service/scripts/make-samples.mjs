// Makes samples/*.wav with espeak-ng (Debian: apt-get install espeak-ng). The recordings are kept in the repository: run this only to
// make them anew.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// Its ES module cannot be loaded by Node, and its CommonJS one shows no names.
const { WaveFile } = createRequire(import.meta.url)('wavefile')

const SAMPLE_RATE = 16_000
const FULL_SCALE = 2 ** 15 - 1

const CALM = 'Good morning. Let me tell you how our team works.'
const FAST = 'We tried it all in a single week, and most of it worked better than anybody had expected.'
const PAUSES = 'First we listen.<break time="600ms"/>Then we think.<break time="700ms"/>Then we speak.'
const HIGH = 'Have you seen the little boat on the river? It sails away again.'
const CLIPPED = 'This microphone is much too close to my mouth.'

// Voice, words per minute and pitch (0 to 99) as espeak-ng takes them; `gain` over full scale is cut off there.
const SAMPLES = [
  { name: 'calm', words: ['-v', 'en-gb', '-s', '130', '-p', '40', CALM] },
  { name: 'fast', words: ['-v', 'en-us', '-s', '260', '-p', '45', FAST] },
  { name: 'pauses', words: ['-v', 'en-gb', '-s', '150', '-p', '35', '-m', `<speak>${PAUSES}</speak>`] },
  { name: 'high', words: ['-v', 'en-us+f4', '-s', '160', '-p', '80', HIGH] },
  { name: 'clipped', words: ['-v', 'en-us', '-s', '150', '-p', '40', CLIPPED], gain: 6 },
]

const directory = process.argv[2] ?? join(import.meta.dirname, '..', 'samples')
mkdirSync(directory, { recursive: true })
for (const sample of SAMPLES) {
  const bytes = recordingOf(sample)
  writeFileSync(join(directory, `${sample.name}.wav`), bytes)
  console.log(`${sample.name}.wav: ${bytes.length} bytes`)
}

function recordingOf({ words, gain = 1 }) {
  const spoken = new WaveFile(execFileSync('espeak-ng', ['--stdout', ...words]))
  spoken.toSampleRate(SAMPLE_RATE)
  const samples = spoken.getSamples(true).map((sample) => {
    return Math.max(-FULL_SCALE - 1, Math.min(FULL_SCALE, Math.round(sample * gain)))
  })
  const recording = new WaveFile()
  recording.fromScratch(1, SAMPLE_RATE, '16', samples)
  return recording.toBuffer()
}
