/** Says a text to screen readers through the page's live region. */
export function announce(text: string) {
  const region = document.getElementById('announcements');
  if (region) region.textContent = text;
}
