// Segment's server library, as its documentation shows it: batches over HTTP with Basic authentication.
import { Analytics } from '@segment/analytics-node'
import { fail, readArguments } from './arguments.mjs'

const { url, writeKey, count } = readArguments()
const analytics = new Analytics({ writeKey, host: url, flushAt: 15, maxRetries: 0 })
analytics.on('error', fail)

const userId = 'node-user'
analytics.identify({ userId, traits: { email: 'Ana@Example.com', plan: 'pro' } })
for (let i = 0; i < count; i++) {
  analytics.track({ userId, event: 'Order Completed', properties: { order_id: `o-${i}`, revenue: 10 + i }, timestamp: new Date() })
}
analytics.page({ userId, name: 'Home', properties: { url: 'https://shop.example/' } })
analytics.screen({ userId, name: 'Cart' })
analytics.group({ userId, groupId: 'firm-1', traits: { name: 'Firm' } })
analytics.alias({ userId, previousId: 'node-visitor' })
await analytics.closeAndFlush({ timeout: 20_000 })
console.log('sent')
