import type { Advice, Product } from '../product'
import { anyOf, requestMark, responseMark, server, showsHttp2, showsTls13 } from '../told'
import { outlast } from './origin'

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html'

const attribute = (key: string, value: number): string =>
  `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN \\\n  --attributes Key=${key},Value=${value}`

const idle = (seconds: number, extra: string): Advice => ({
  title: `Keep idle connections for ${seconds} s`,
  snippet: attribute('idle_timeout.timeout_seconds', seconds),
  language: 'shell',
  where: `The load balancer’s attributes; 1 to 4000 s, towards clients and targets alike. ${extra}`,
  check: 'aws elbv2 describe-load-balancer-attributes --load-balancer-arn ARN',
  verify: 'CloudWatch: NewConnectionCount falls against RequestCount.',
  source,
})

export const alb: Product = {
  id: 'alb',
  name: 'AWS Application Load Balancer',
  kind: 'cdn',
  server: {
    recognisedBy: 'Server: awselb; the cookie AWSALB',
    seen: anyOf(server(/^awselb\b/i), responseMark('set-cookie:awsalb')),
    defaults: [
      { about: 'idle', text: 'idle time-out 60 s', source },
      { about: 'age', text: 'client keep-alive 3600 s', source },
    ],
    remedies: {
      'raise-idle-timeout': ({ atLeast }) =>
        idle(atLeast('idleTimeout', 60), 'The targets’ own time-out must be longer than it.'),
      'raise-age-limit': () => ({
        title: 'Let client connections grow older',
        snippet: attribute('client_keep_alive.seconds', 604_800),
        language: 'shell',
        where: 'The load balancer’s attributes; 60 to 604800 s',
        check: 'aws elbv2 describe-load-balancer-attributes --load-balancer-arn ARN',
        verify: 'CloudWatch: NewConnectionCount falls against RequestCount.',
        source,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Choose a security policy with TLS 1.3',
        snippet: 'aws elbv2 modify-listener --listener-arn ARN \\\n  --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06',
        language: 'shell',
        where: 'The load balancer’s HTTPS listener',
        check: 'aws elbv2 describe-listeners --listener-arns ARN',
        verify: showsTls13(values),
        source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html',
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN \\\n  --attributes Key=routing.http2.enabled,Value=true`,
        language: 'shell',
        where: 'The load balancer’s attributes; it is on by default, for HTTPS listeners',
        check: 'aws elbv2 describe-load-balancer-attributes --load-balancer-arn ARN',
        verify: showsHttp2(values),
        source,
      }),
    },
  },
  client: {
    recognisedBy: 'X-Amzn-Trace-Id in requests, without CloudFront’s fields',
    seen: (t) => (t.requestMarks?.includes('x-amz-cf-id') === true ? null : requestMark('x-amzn-trace-id')(t)),
    defaults: [{ about: 'idle', text: 'idle time-out 60 s', source }],
    keepsIdle: 60,
    remedies: {
      'keep-idle-longer': ({ atLeast }) => idle(atLeast('clientIdle', 60), 'Keep it below the targets’ own time-out.'),
      'avoid-race': outlast('the load balancer', 60, source),
    },
  },
}
