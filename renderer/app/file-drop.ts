/** Files dropped anywhere on the window. */
import { onBeforeUnmount, onMounted, reactive } from 'vue'

export interface FileDrop {
  /** Files are being dragged over the window. */
  over: boolean
  /** Shift is held, or the pointer is over an element marked `data-drop="new-window"`. */
  newWindow: boolean
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
const wantsNewWindow = (event: DragEvent): boolean =>
  event.shiftKey || (event.target instanceof Element && event.target.closest('[data-drop="new-window"]') !== null)

export function useFileDrop(onDrop: (files: readonly File[], newWindow: boolean) => void): FileDrop {
  const state = reactive<FileDrop>({ over: false, newWindow: false })

  const onDragOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    state.over = true
    state.newWindow = wantsNewWindow(event)
  }
  const onDragLeave = (event: DragEvent): void => {
    // Leaving for another element of this window names it; leaving the window does not.
    if (event.relatedTarget === null) state.over = false
  }
  const onDropped = (event: DragEvent): void => {
    // Without this a dropped file would navigate the window to itself.
    event.preventDefault()
    state.over = false
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length > 0) onDrop(files, wantsNewWindow(event))
  }

  onMounted(() => {
    window.addEventListener('dragenter', onDragOver)
    window.addEventListener('dragover', onDragOver)
    window.addEventListener('dragleave', onDragLeave)
    window.addEventListener('drop', onDropped)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('dragenter', onDragOver)
    window.removeEventListener('dragover', onDragOver)
    window.removeEventListener('dragleave', onDragLeave)
    window.removeEventListener('drop', onDropped)
  })
  return state
}
