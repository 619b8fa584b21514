package mail

import "github.com/a-h/templ"

// Mail programs read styles at the elements alone, most of them, so each part
// has its own. What the dark style sheet changes has a class as well. There is
// no quotation mark among them: templ would escape it twice.
const (
	pageLook    templ.SafeCSS = "margin:0;padding:0;background-color:#f5f8f8;-webkit-text-size-adjust:100%"
	outerLook   templ.SafeCSS = "padding:24px 12px"
	sheetLook   templ.SafeCSS = "max-width:600px;margin:0 auto"
	cardLook    templ.SafeCSS = "padding:28px 28px 24px;background-color:#ffffff;border:1px solid #dde4e5;border-radius:10px;" + font + ";font-size:15px;line-height:1.55;color:#172126;text-align:left;" + breaking
	brandLook   templ.SafeCSS = "margin:0 0 20px;font-size:14px;font-weight:700;color:#0b6b66"
	greetLook   templ.SafeCSS = "margin:0 0 8px"
	leadLook    templ.SafeCSS = "margin:0 0 20px;font-size:19px;line-height:1.4;font-weight:600;color:#172126"
	factsLook   templ.SafeCSS = "margin:0 0 22px;width:100%;border-top:1px solid #dde4e5"
	factLook    templ.SafeCSS = cell + ";color:#172126"
	labelLook   templ.SafeCSS = cell + ";padding-right:16px;width:104px;color:#55646b"
	holderLook  templ.SafeCSS = "margin:0 0 14px"
	shellLook   templ.SafeCSS = "border-radius:7px;background-color:#0b6b66;mso-padding-alt:11px 20px"
	buttonLook  templ.SafeCSS = "display:inline-block;padding:11px 20px;border-radius:7px;background-color:#0b6b66;" + font + ";font-size:15px;line-height:1.4;font-weight:600;color:#ffffff;text-decoration:none"
	copyLook    templ.SafeCSS = "margin:0 0 22px;font-size:13px;line-height:1.5;color:#55646b"
	linkLook    templ.SafeCSS = "color:#0b6b66;text-decoration:underline;word-break:break-all"
	nameLook    templ.SafeCSS = "color:#0b6b66;text-decoration:underline"
	textLook    templ.SafeCSS = "margin:0 0 14px"
	titleLook   templ.SafeCSS = "margin:24px 0 8px;font-size:15px;font-weight:600"
	listLook    templ.SafeCSS = "margin:0;padding:0 0 0 20px"
	itemLook    templ.SafeCSS = "margin:0 0 8px"
	noteLook    templ.SafeCSS = "font-size:13px;color:#55646b"
	closingLook templ.SafeCSS = "padding:16px 28px 0;" + font + ";font-size:12px;line-height:1.5;color:#55646b;text-align:left;" + breaking
	lastLook    templ.SafeCSS = "margin:0 0 6px"

	font     = "font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"
	breaking = "word-wrap:break-word;overflow-wrap:anywhere"
	cell     = "padding:8px 0;border-bottom:1px solid #dde4e5;vertical-align:top;text-align:left;font-size:14px;line-height:1.5;" + breaking
)

// Outlook for Windows knows no greatest width, so it gets a table of that width.
const (
	outlookOpen  = `<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`
	outlookClose = `<!--[if mso]></td></tr></table><![endif]-->`
)
