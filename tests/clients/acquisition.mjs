// The page of acquisition on the demo shop, in a real Chromium: the planted campaign stands first as the one that brought back least,
// another model can be chosen, and costs are sent, seen and kept. Usage: node acquisition.mjs URL CAMPAIGN
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { fail, isFault } from './arguments.mjs'

const [url, campaign] = process.argv.slice(2)
if (!url || !campaign) {
  fail('usage: node acquisition.mjs URL CAMPAIGN')
}
const folder = await mkdtemp(join(tmpdir(), 'ciclo-acquisition-'))
const file = join(folder, 'Informe de Meta.csv')
await writeFile(file, 'Nombre de la campaña,Inicio del informe,Fin del informe,Importe gastado (MXN),Impresiones,Clics en el enlace\nOtoño,2026-11-20,2026-11-20,"1,250.50",9000,120\n,2026-11-20,2026-11-20,"1,250.50",9000,120\n')

const troubles = []
const expect = (what, holds) => holds || troubles.push(what)
const browser = await chromium.launch({ executablePath: process.env.CICLO_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })
try {
  const context = await browser.newContext({ locale: 'es-MX', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  page.on('console', (message) => isFault(message) && troubles.push(`console says ${message.text()}`))
  page.on('pageerror', (error) => troubles.push(error.message))

  await page.goto(`${url}/acquisition`, { waitUntil: 'networkidle' })
  await page.locator('#t-paying').waitFor({ timeout: 30_000 })
  expect('the title names the planted campaign', (await page.textContent('#t-paying')).includes(campaign))
  const first = page.locator('.c-pay li').first()
  expect('it stands first, and bad', (await first.textContent()).includes(campaign) && (await first.getAttribute('class')) === 'bad')

  await page.getByText('la última visita no directa').first().click()
  await page.getByRole('link', { name: 'según los datos (efecto de retirar)' }).click()
  await page.locator('#t-paying').waitFor({ timeout: 30_000 })
  expect('the model stands in the address', page.url().includes('attribution=data_driven'))
  expect('under it the campaign is still the worst', (await page.textContent('#t-paying')).includes(campaign))

  await page.goto(`${url}/acquisition/costs`, { waitUntil: 'networkidle' })
  await page.setInputFiles('#file', file)
  await page.getByRole('button', { name: 'Ver qué trae' }).click()
  await page.locator('#t-rows').waitFor()
  expect('what is in it is shown', (await page.textContent('main')).includes('Otoño') && (await page.locator('main tbody tr').count()) === 1)
  await page.getByRole('button', { name: 'Guardar 1' }).click()
  await page.getByText('Los costos están dentro').waitFor()
  await page.goto(`${url}/acquisition`, { waitUntil: 'networkidle' })
  await page.locator('#t-paying').waitFor({ timeout: 30_000 })
  expect('a campaign that brought nobody is the worst now', (await page.textContent('#t-paying')).includes('Otoño'))
} catch (error) {
  fail(error)
} finally {
  await browser.close()
  await rm(folder, { recursive: true })
}
if (troubles.length > 0) {
  fail(troubles.join('\n'))
}
console.log('the page of acquisition works')
