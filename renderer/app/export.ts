/** Exporting the open audit as a PDF, and saying how that went. */
import { useToast } from '@nuxt/ui/composables/useToast'
import { ref, type Ref } from 'vue'
import { useContext } from './context'

/** "shop.pcapng" → "shop - Roundtrip audit.pdf". */
export const suggestedName = (file: string): string =>
  `${file.replace(/(\.(pcap|pcapng|cap|har|gz|zst|lz4))+$/i, '')} - Roundtrip audit.pdf`

export function useExport(): { readonly exporting: Readonly<Ref<boolean>>; readonly exportPdf: () => Promise<void> } {
  const { desktop, workspace } = useContext()
  const toast = useToast()
  const exporting = ref(false)

  async function exportPdf(): Promise<void> {
    const { stage } = workspace
    if (stage.kind !== 'open' || exporting.value) return
    exporting.value = true
    try {
      const saved = await desktop.exportPdf(stage.audit.id, suggestedName(stage.audit.summary.captures[0]?.file ?? 'capture'))
      if (saved === null) return
      toast.add({
        title: 'PDF saved',
        description: saved.path,
        icon: 'i-lucide-file-check',
        color: 'success',
        actions: [
          { label: 'Show in folder', color: 'neutral', variant: 'outline', onClick: () => void desktop.showInFolder(saved.path) },
        ],
      })
    } catch (error) {
      toast.add({
        title: 'The PDF could not be saved',
        description: error instanceof Error ? error.message : 'Try again, or save it in another folder.',
        icon: 'i-lucide-circle-alert',
        color: 'error',
      })
    } finally {
      exporting.value = false
    }
  }
  return { exporting, exportPdf }
}
