/**
 * Say which address shows which page.
 *
 * Hash addresses: WeChat signs the address before `#`, and iOS and Android disagree about it as soon as the path changes.
 */
import { nextTick } from 'vue'
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { t, type TextKey } from '../shared/i18n'

declare module 'vue-router' {
  interface RouteMeta {
    title: TextKey
    /** Whether the bar with the main pages stands below. */
    tabs?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('./pages/HomePage.vue'), meta: { title: 'nav.home', tabs: true } },
  { path: '/items', component: () => import('./pages/ItemsPage.vue'), meta: { title: 'items.title', tabs: true } },
  { path: '/items/:code', component: () => import('./pages/GuidePage.vue'), props: true, meta: { title: 'guide.title' } },
  { path: '/chat', component: () => import('./pages/ChatPage.vue'), meta: { title: 'chat.title' } },
  { path: '/petition', component: () => import('./pages/PetitionPage.vue'), meta: { title: 'petition.title' } },
  { path: '/petition/filed/:number', component: () => import('./pages/FiledPage.vue'), props: true, meta: { title: 'filed.title' } },
  { path: '/progress', component: () => import('./pages/ProgressPage.vue'), meta: { title: 'progress.title', tabs: true } },
  { path: '/progress/:number', component: () => import('./pages/DetailPage.vue'), props: true, meta: { title: 'detail.title' } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'error.not_found' } },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved || { top: 0 },
})

router.afterEach((to, from) => {
  document.title = t('app.title', { page: t(to.meta.title) })
  const isFirst = from.matched.length === 0
  if (!isFirst && to.path !== from.path) void nextTick(focusHeading)
})

/** Move focus to the heading, so that a screen reader hears where it is; a lazy page may come a little later. */
function focusHeading(triesLeft = 20): void {
  const heading = document.querySelector<HTMLElement>('h1')
  if (heading) return heading.focus({ preventScroll: true })
  if (triesLeft > 0) setTimeout(() => focusHeading(triesLeft - 1), 50)
}
