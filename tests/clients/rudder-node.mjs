// RudderStack's server library: gzipped batches, which it labels as a form.
import { createRequire } from 'node:module'
import { fail, readArguments } from './arguments.mjs'

const RudderAnalytics = createRequire(import.meta.url)('@rudderstack/rudder-sdk-node')
const { url, writeKey, count } = readArguments()
const client = new RudderAnalytics(writeKey, { dataPlaneUrl: url, flushAt: 20, flushInterval: 200, retryCount: 0, logLevel: 'error', errorHandler: fail })

const userId = 'rudder-user'
let answered = 0
const total = count + 5
const done = new Promise((resolve) => {
  const onAnswer = (error) => {
    if (error) {
      fail(error)
    }
    answered++
    if (answered === total) {
      resolve()
    }
  }
  client.identify({ userId, traits: { email: 'Ana@Example.com' } }, onAnswer)
  for (let i = 0; i < count; i++) {
    client.track({ userId, event: 'Order Completed', properties: { order_id: `o-${i}`, revenue: 10 + i } }, onAnswer)
  }
  client.page({ userId, name: 'Home' }, onAnswer)
  client.screen({ userId, name: 'Cart' }, onAnswer)
  client.group({ userId, groupId: 'firm-1', traits: { name: 'Firm' } }, onAnswer)
  client.alias({ userId, previousId: 'rudder-visitor' }, onAnswer)
})
const alarm = setTimeout(() => fail(`only ${answered} of ${total} calls were answered`), 20_000)
await done
clearTimeout(alarm)
console.log('sent')
