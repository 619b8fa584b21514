package ui

import (
	"strconv"
	"strings"
)

// qrMargin is the quiet zone around a QR code, in fields (ISO/IEC 18004).
const qrMargin = 4

func qrBox(rows [][]bool) string {
	side := strconv.Itoa(len(rows) + 2*qrMargin)
	return "0 0 " + side + " " + side
}

// qrPath draws the dark fields, each run of them in a row as one stroke of height one.
func qrPath(rows [][]bool) string {
	var d strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if run := strconv.Itoa(x - from); x > from {
				d.WriteString("M" + strconv.Itoa(from+qrMargin) + " " + strconv.Itoa(y+qrMargin) + "h" + run + "v1h-" + run + "z")
			}
		}
	}
	return d.String()
}
