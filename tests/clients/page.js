// Runs in the browser: Segment's library with its two addresses set to ours, one call at a time and then in batches.
import { AnalyticsBrowser } from '@segment/analytics-next'

async function sendAll(url, writeKey, count, deliveryStrategy) {
  const loading = AnalyticsBrowser.load(
    { writeKey, cdnURL: url },
    { integrations: { 'Segment.io': deliveryStrategy ? { deliveryStrategy } : {} } },
  )
  const [analytics] = await loading
  const userId = 'browser-user'
  await analytics.identify(userId, { email: 'Ana@Example.com' })
  for (let i = 0; i < count; i++) {
    await analytics.track('Product Viewed', { product_id: `p-${i}`, name: 'Café ☕' })
  }
  await analytics.page('Home')
  await analytics.screen('Cart')
  await analytics.group('firm-1', { name: 'Firm' })
  await analytics.alias(userId, 'browser-visitor')
}

window.ciclo = {
  single: (url, writeKey, count) => sendAll(url, writeKey, count),
  batching: (url, writeKey, count) => sendAll(url, writeKey, count, { strategy: 'batching', config: { size: 10, timeout: 200 } }),
}
