-- What all parts of the filter use: the format written, and ways to write raw markup in it.

local M = {}

local FORMAT_OF = { html5 = "html", html = "html", docx = "docx", typst = "typst" }
M.TARGET = FORMAT_OF[FORMAT] or error("quarto.lua: unsupported format " .. FORMAT)
M.WORDS = { fig = "Figure", tbl = "Table", sec = "Section" }
M.NBSP = "\u{a0}"

function M.fail(message) error("\n@@" .. message .. "@@\n", 0) end

function M.raw(text) return pandoc.RawBlock(M.TARGET == "docx" and "openxml" or M.TARGET, text) end

function M.raw_inline(text)
  return pandoc.RawInline(M.TARGET == "docx" and "openxml" or M.TARGET, text)
end

function M.escape_xml(text)
  return (text:gsub('[&<>"]', { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

function M.quote_typst(text) return '"' .. text:gsub('[\\"]', "\\%0") .. '"' end

local regions = {}

-- HTML: opens a region that scrolls by itself. Without scripts it can be reached by keyboard;
-- scroll.js takes that away where all of it fits.
local function label_region(name)
  regions[name] = (regions[name] or 0) + 1
  return regions[name] == 1 and name or name .. ", " .. regions[name]
end

function M.scroll_tag(tag, class, name)
  local label = label_region(name)
  local opening = '<%s class="%s" role="region" tabindex="0" aria-label="%s" data-scroll="%s">'
  return opening:format(tag, class, label, label)
end

function M.scroll_attributes(name, block)
  local label = label_region(name)
  local added = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", label },
    { "data-scroll", label } }
  return pandoc.Attr(block.identifier, block.classes, added)
end

function M.styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

function M.as_inlines(blocks)
  return pandoc.utils.blocks_to_inlines(blocks, { pandoc.LineBreak() })
end

function M.kind_of(id)
  return id:match("^(fig)%-") or id:match("^(tbl)%-") or id:match("^(sec)%-")
end

return M
