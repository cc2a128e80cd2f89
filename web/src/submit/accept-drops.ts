/**
 * Lets files be dropped on an element.
 *
 * @param take called with the first of what was dropped
 */
export function acceptDrops(element: HTMLElement, take: (file: File | undefined) => void) {
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    element.classList.add('dropping');
  });
  element.addEventListener('dragleave', () => {
    element.classList.remove('dropping');
  });
  element.addEventListener('drop', (event) => {
    element.classList.remove('dropping');
    if (!event.dataTransfer?.files.length) return; // dropped text goes its usual way
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
}
