import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'JDK, java.net.http module-info.java'
const check = 'javac FILE'
const verify = '-Djdk.httpclient.HttpClient.log=channel logs new connections: they must become few.'

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Keep idle connections for ${clientIdle} s`,
  snippet: `java -Djdk.httpclient.keepalive.timeout=${clientIdle} -jar APP.jar`,
  language: 'shell',
  where:
    'The command line, or System.setProperty before the first HttpClient is made; seconds. Stay below the server’s own idle time-out',
  check: 'java -XshowSettings:properties -version',
  verify,
  source,
})

export const javaClient: Product = {
  id: 'java',
  name: 'Java HttpClient',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Java-http-client/',
    seen: userAgent(/^Java-http-client\//i),
    defaults: [
      { about: 'idle', text: 'jdk.httpclient.keepalive.timeout 30 s', source },
      { about: 'pool', text: 'jdk.httpclient.connectionPoolSize 0 (no limit)', source },
    ],
    remedies: {
      'pool-connections': () => ({
        title: 'Share one HttpClient',
        snippet:
          'static final HttpClient CLIENT = HttpClient.newHttpClient();   // one for the program\n\nstatic String get(URI uri) throws Exception {\n    HttpRequest request = HttpRequest.newBuilder(uri).build();\n    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();\n}',
        language: 'java',
        where:
          'One class that all requests go through: each HttpClient has its own pool. Read or close every body given as a stream',
        check,
        verify,
        source: 'https://docs.oracle.com/en/java/javase/21/docs/api/java.net.http/java/net/http/HttpClient.html',
      }),
      'enlarge-pool': ({ poolSize }) => ({
        title: `Keep up to ${poolSize} connections`,
        snippet: `java -Djdk.httpclient.connectionPoolSize=${poolSize} -jar APP.jar`,
        language: 'shell',
        where: 'The command line, or System.setProperty before the first HttpClient is made. 0, the default, means no limit',
        check: 'java -XshowSettings:properties -version',
        verify,
        source,
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
    },
  },
}
