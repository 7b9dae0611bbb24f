// Checks a message that was received with the library of Standard Webhooks, unchanged; and that it refuses one that was tampered with.
// Usage: node webhook.mjs SECRET ID TIMESTAMP SIGNATURE BODY
import { Webhook } from 'standardwebhooks'
import { fail } from './arguments.mjs'

const [secret, id, timestamp, signature, body] = process.argv.slice(2)
if (!body) {
  fail('usage: node webhook.mjs SECRET ID TIMESTAMP SIGNATURE BODY')
}
const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
const hook = new Webhook(secret)
const payload = hook.verify(body, headers)
try {
  hook.verify(body.replace('}', ' }'), headers)
  fail('a tampered body was accepted')
} catch (refused) {
  if (!/signature/i.test(refused.message)) {
    fail(refused)
  }
}
console.log(payload.type)
