// Reads workbooks with exceljs: paths come as a list in JSON from standard input, and what was read goes to standard
// output, a sheet's cells by address for each workbook, or the words with which exceljs refuses it.
"use strict";

const ExcelJS = require("exceljs");
const { readFileSync } = require("node:fs");

async function read(path) {
  const workbook = new ExcelJS.Workbook();
  try {
    await workbook.xlsx.load(readFileSync(path));
  } catch (error) {
    return { refused: String(error.message) };
  }
  return { sheets: workbook.worksheets.map((sheet) => [sheet.name, sheet.state, readSheet(sheet)]) };
}

function readSheet(sheet) {
  const cells = {};
  sheet.eachRow((row) =>
    row.eachCell((cell) => {
      cells[cell.address] = [cell.type, cell.value, cell.numFmt ?? null, cell.isMerged];
    }),
  );
  return cells;
}

(async () => {
  const told = [];
  for (const path of JSON.parse(readFileSync(0, "utf-8"))) told.push(await read(path));
  process.stdout.write(JSON.stringify(told));
})();
