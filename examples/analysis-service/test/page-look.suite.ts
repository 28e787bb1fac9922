import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { answered, CALM, drop, failure, openPage, PAUSES, told } from './page.fixture.ts'

/** How the page fits windows and readers. */
export function lookSuite(): void {
  describe('The look of the page', () => {
    test.each([320, 360, 768, 1280])('fits a window of %i pixels, whatever the file is called', async (width) => {
      const page = await openPage({ viewport: { width, height: 700 } })
      await drop(page, `${'a-very-long-name-'.repeat(12)}.wav`, await readFile(PAUSES))
      await answered(page, 1)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      await page.setViewportSize({ width: 330, height: 700 })
      await expect.poll(() => page.evaluate(`document.querySelector('#picture svg').clientWidth`)).toBeLessThan(330)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(330)
    })

    test.each([360, 1280])('keeps everything in its place at %i pixels', async (width) => {
      const page = await openPage({ viewport: { width, height: 900 } })
      const places = (): Promise<unknown> => {
        return page.evaluate(`['#picture', '.tiles', '#feedback'].map((id) => document.querySelector(id).offsetTop)`)
      }
      const before = await places()
      await page.setInputFiles('#file', PAUSES)
      await answered(page, 1)
      expect(await places()).toEqual(before)
      await page.route('**/analyze*', (route) => route.fulfill(failure(503, 'all places are taken', '2')))
      await page.setInputFiles('#file', CALM)
      await told(page, 'The service is busy. Try again in 2 seconds.')
      expect(await places()).toEqual(before)
    })

    test.each(['light', 'dark'] as const)('is drawn in the %s scheme that the reader prefers', async (colorScheme) => {
      const page = await openPage({ colorScheme })
      const ground = await page.evaluate<string>(`getComputedStyle(document.documentElement).backgroundColor`)
      const [red = 0] = ground.match(/\d+/g)?.map(Number) ?? []
      expect(red > 127).toBe(colorScheme === 'light')
    })
  })
}
