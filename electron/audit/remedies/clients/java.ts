import type { Advice, Product, Traces, VersionSeen } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'
import { versionIn } from '../version'

const source = 'JDK, java.net.http module-info.java'
const api = 'https://docs.oracle.com/en/java/javase/21/docs/api/java.net.http/java/net/http/HttpClient.html'
const check = 'javac FILE'
const verify = '-Djdk.httpclient.HttpClient.log=channel names the local port of each exchange: it must stay the same.'

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Keep idle connections for ${clientIdle} s`,
  snippet: `java -Djdk.httpclient.keepalive.timeout=${clientIdle} -jar APP.jar`,
  language: 'shell',
  where:
    'The command line, or System.setProperty before the first HttpClient is made; seconds. Stay below the server’s own idle time-out',
  check: 'java with the same -D, -XshowSettings:properties and -version lists it',
  verify,
  source,
})

const version = (t: Traces): VersionSeen | null => {
  const at = versionIn(t.userAgent, /^Java-http-client\/(\d+(?:\.\d+)*)/i)
  return at === null ? null : { at, text: `Java ${at}` }
}

export const javaClient: Product = {
  id: 'java',
  name: 'Java HttpClient',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Java-http-client/',
    seen: userAgent(/^Java-http-client\//i),
    version,
    defaults: [
      {
        about: 'idle',
        text: 'jdk.httpclient.keepalive.timeout 1200 s',
        before: '20',
        source: 'https://bugs.openjdk.org/browse/JDK-8297558',
      },
      { about: 'idle', text: 'jdk.httpclient.keepalive.timeout 30 s', since: '20', source },
      { about: 'http2', text: 'HTTP/2 where the server speaks it', source: api },
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
        source: api,
      }),
      'enlarge-pool': ({ poolSize }) => ({
        title: `Keep up to ${poolSize} connections`,
        snippet: `java -Djdk.httpclient.connectionPoolSize=${poolSize} -jar APP.jar`,
        language: 'shell',
        where: 'The command line, or System.setProperty before the first HttpClient is made. 0, the default, means no limit',
        check: 'java with the same -D, -XshowSettings:properties and -version lists it',
        verify,
        source,
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-tls-sessions': () => ({
        title: 'Share one HttpClient, and with it its TLS sessions',
        snippet:
          'static final HttpClient CLIENT = HttpClient.newHttpClient();   // one for the program: sessions are kept in its SSLContext',
        language: 'java',
        where:
          'One class that all requests go through; give clients that differ the same SSLContext. -Djavax.net.ssl.sessionCacheSize must not be small',
        check,
        verify: '-Djavax.net.debug=ssl:session says "Try resuming session".',
        source: 'https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html',
      }),
      'speak-tls-1.3': () => ({
        title: 'Let Java speak TLS 1.3',
        snippet: 'java -Djdk.tls.client.protocols=TLSv1.3,TLSv1.2 -jar APP.jar',
        language: 'shell',
        where: 'The command line, in place of a value without TLSv1.3. It is on by default from Java 11 (8u341)',
        check: 'java with the same -D, -XshowSettings:properties and -version lists it',
        verify: '-Djavax.net.debug=ssl:handshake names TLSv1.3.',
        source: 'https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html',
      }),
      'share-a-taken-group': () => ({
        title: 'Send a share for a group that the server takes',
        snippet: 'java -Djdk.tls.namedGroups=x25519,secp256r1,secp384r1 -jar APP.jar',
        language: 'shell',
        where: 'The command line; the server’s group first',
        check: 'java with the same -D, -XshowSettings:properties and -version lists it',
        verify: '-Djavax.net.debug=ssl:handshake shows one ClientHello for each connection.',
        source: 'https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html',
      }),
      'speak-http-2': () => ({
        title: 'Let Java speak HTTP/2',
        snippet:
          'static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();   // the default',
        language: 'java',
        where: 'Where the client is made, in place of version(HTTP_1_1)',
        check,
        verify: 'response.version() is HTTP_2.',
        source: api,
      }),
    },
  },
}
