import { debianProgram } from '@org/testkit'
import { type Browser, chromium } from 'playwright-core'

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync']

/**
 * A headless Chromium: the one of `CHROMIUM`, or on PATH, or installed first where this is Debian, we are root and
 * `CHROMIUM_NO_INSTALL` is not set. The caller closes it.
 * @throws Error that says what to do.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await chromiumBinary()
  // Chromium's sandbox refuses to run as root; the tests open nothing but their own pages.
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: process.getuid?.() !== 0, args: FLAGS })
}

async function chromiumBinary(): Promise<string> {
  const named = process.env['CHROMIUM'] ?? ''
  if (named !== '') return named
  return debianProgram({
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    package: 'chromium',
    refusal: 'CHROMIUM_NO_INSTALL',
    advice:
      'No Chromium was found. Set CHROMIUM to its path, or put chromium or google-chrome on PATH ' +
      '(Debian: sudo apt-get install chromium; macOS: brew install --cask chromium).',
  })
}
