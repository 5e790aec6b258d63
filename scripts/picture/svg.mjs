/** A picture of what a terminal shows: text with colours becomes an SVG. Pure. */

const COLUMNS = 112;
const CHAR = 7.83;
const LINE = 19;
const MARGIN = 20;
const BAR = 34;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const INK = "#d6deeb";
/** Of the 16 colours, those that Pulumi uses. */
const COLORS = { 1: "#ff6b6b", 2: "#7fd88f", 3: "#f2c14e", 5: "#c792ea", 12: "#82aaff", 13: "#d8a6ff" };
const COMMAND = /^\$ /;
const HEADING = /^── /;

/** @typedef {{ text: string, color: string, bold: boolean }} Run */

/**
 * @param {string} text - lines, with the escape sequences of colours
 * @param {string} title - for those who do not see the picture
 * @returns {string}
 */
export function svgOf(text, title) {
  const rows = text.trimEnd().split("\n").flatMap(rowsOf);
  const width = Math.ceil(COLUMNS * CHAR + 2 * MARGIN);
  const height = BAR + rows.length * LINE + MARGIN;
  const lines = rows.map(({ runs, continues }, index) => {
    const y = BAR + (index + 1) * LINE - 4;
    return `<text x="${MARGIN}" y="${y}"${continues ? ' class="more"' : ""}>${runs.map(spanOf).join("")}</text>`;
  });
  const lights = ["#ff5f57", "#febc2e", "#28c840"].map(
    (color, index) => `<circle cx="${MARGIN + index * 18}" cy="17" r="5.5" fill="${color}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${title}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#101826"/>`,
    ...lights,
    `<g font-family="${FONT}" font-size="13" fill="${INK}">`,
    ...lines,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** The lines that a picture shows, without colours; a line that was too long for a row is one line again. */
export function textOf(svg) {
  const lines = [];
  for (const [, more, inner] of svg.matchAll(/<text [^>]*?( class="more")?>(.*?)<\/text>/g)) {
    const text = unescaped(inner.replaceAll(/<[^>]*>/g, ""));
    if (more) lines.push(lines.pop() + text);
    else lines.push(text);
  }
  return lines;
}

/** One line as rows of the terminal's width. */
function rowsOf(line) {
  const runs = runsOf(line);
  const rows = [];
  let row = [];
  let room = COLUMNS;
  for (const run of runs) {
    let rest = run.text;
    while (rest.length > 0) {
      if (room === 0) {
        rows.push(row);
        row = [];
        room = COLUMNS;
      }
      row.push({ ...run, text: rest.slice(0, room) });
      const taken = Math.min(room, rest.length);
      rest = rest.slice(taken);
      room -= taken;
    }
  }
  rows.push(row);
  return rows.map((each, index) => ({ runs: each, continues: index > 0 }));
}

/** @returns {Run[]} */
function runsOf(line) {
  if (HEADING.test(line)) return [{ text: line, color: "#8fa3bf", bold: false }];
  if (COMMAND.test(line)) return [{ text: line, color: "#ffffff", bold: true }];
  const runs = [];
  let color = INK;
  let bold = false;
  // oxlint-disable-next-line no-control-regex -- that is what colours are made of
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // oxlint-disable-next-line no-control-regex -- see above
    const code = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
    if (code === undefined) {
      if (part !== "") runs.push({ text: part, color, bold });
    } else if (code === "1") bold = true;
    else if (code.startsWith("38;5;")) color = COLORS[code.slice(5)] ?? INK;
    else {
      color = INK;
      bold = false;
    }
  }
  return runs;
}

function spanOf({ text, color, bold }) {
  const attributes = [color === INK ? "" : ` fill="${color}"`, bold ? ' font-weight="bold"' : ""].join("");
  return attributes === "" ? escaped(text) : `<tspan${attributes}>${escaped(text)}</tspan>`;
}

/** Spaces that no viewer joins. */
function escaped(text) {
  return text.replaceAll(" ", "\u00a0").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescaped(text) {
  return text.replaceAll("\u00a0", " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
