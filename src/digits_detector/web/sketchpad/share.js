// A drawing in a link: its strokes stand in the address's fragment, which browsers send to no server.
//
//     #digit=60.60_220.60_120.260~100.160_180.160      points x.y, strokes apart by ~

const COPIED = 2_000; // ms that a button says so

/** The fragment of a link to a drawing in a tab. */
export function fragment(tab, strokes) {
  return "#" + tab + "=" + strokes.map((points) => points.map((point) => point.join(".")).join("_")).join("~");
}

/** The strokes that a fragment holds for a tab; none where it holds something else. */
export function drawingIn(hash, tab) {
  const [name, drawing] = hash.slice(1).split("=");
  if (name !== tab || !/^\d+\.\d+(?:[_~]\d+\.\d+)*$/.test(drawing)) return [];
  return strokesOf(drawing);
}

export function strokesOf(text) {
  return text.split("~").map((stroke) => stroke.split("_").map((point) => point.split(".").map(Number)));
}

/** Copy a text, and have the button say so for a while. */
export async function copyFrom(button, text) {
  await copyText(text);
  const label = button.querySelector("span") ?? button;
  const words = label.textContent;
  if (words === "Copied") return;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = words), COPIED);
}

/** Copy text; without HTTPS browsers lend no clipboard, but still copy what is selected. */
async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
