/** The window's start: everything is made here and handed down. */
import '../styles/main.css'
import nuxtUi from '@nuxt/ui/vue-plugin'
import { createApp } from 'vue'
import { connectEngine } from '../backend/engine-port'
import App from './App.vue'
import { provideContext } from './context'
import { createNavigation } from './navigation'
import { createTheme } from './theme'
import { createWorkspace } from './workspace'

const desktop = window.roundtrip
const { client: engine, watch } = connectEngine(window, desktop)
const navigation = createNavigation()
const workspace = createWorkspace(engine, desktop, () => navigation.reset())
watch({ lost: (reason) => workspace.engineLost(reason), back: () => workspace.engineBack() })
desktop.onOpenPaths((paths) => void workspace.open(paths))
void Promise.all([desktop.initialPaths(), desktop.initialKeyLog()]).then(([paths, keylog]) => workspace.open(paths, keylog))

const app = createApp(App)
app.use(nuxtUi)
provideContext(app, { desktop, engine, workspace, navigation, theme: createTheme(desktop) })
app.mount('#app')
