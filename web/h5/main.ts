/** Start the citizens' pages. */
import { createApp } from 'vue'
import { installKeyShim } from '../shared/a11y'
import App from './App.vue'
import { reloadOnceAfterDeploy } from './deploy'
import { applySize } from './size'
import { router } from './router'
import 'vant/es/style/base.css'
import './base.css'
import './vant.css'
import './elder.css'

reloadOnceAfterDeploy(window, sessionStorage)
applySize()
installKeyShim(document)
createApp(App).use(router).mount('#app')
