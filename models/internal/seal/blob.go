package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Errors of Open. Neither says anything about the content.
var (
	ErrUnknownKey = errors.New("sealed with a key that is not in the ring")
	ErrBroken     = errors.New("sealed value is broken or was moved")
)

// Sealed is what may be stored: version | length of the key's id | id | GCM output.
type Sealed []byte

const version = 1

// Place is where a sealed value belongs. Anywhere else it does not open.
type Place struct{ Table, Column, Row string }

// header is the part of a blob that stands before the GCM output.
func header(id string) []byte {
	return append([]byte{version, byte(len(id))}, id...)
}

// bind is the associated data of a blob: its header and its place. Lengths go
// before the names, so no two places share the same bytes.
func bind(header []byte, at Place) []byte {
	aad := make([]byte, 0, len(header)+12+len(at.Table)+len(at.Column)+len(at.Row))
	aad = append(aad, header...)
	for _, name := range []string{at.Table, at.Column, at.Row} {
		aad = binary.BigEndian.AppendUint32(aad, uint32(len(name)))
		aad = append(aad, name...)
	}
	return aad
}

// split parts a blob into its header, its key's id and the GCM output.
func split(blob []byte) (head []byte, id string, box []byte, err error) {
	if len(blob) < 2 || len(blob) < 2+int(blob[1]) {
		return nil, "", nil, fmt.Errorf("%w: too short", ErrBroken)
	}
	if blob[0] != version {
		return nil, "", nil, fmt.Errorf("%w: unknown version %d", ErrBroken, blob[0])
	}
	end := 2 + int(blob[1])
	id = string(blob[2:end])
	if !validID(id) {
		return nil, "", nil, fmt.Errorf("%w: no key id", ErrBroken)
	}
	return blob[:end], id, blob[end:], nil
}

// KeyID says which key sealed blob, without opening it.
func KeyID(blob []byte) (string, error) {
	_, id, _, err := split(blob)
	return id, err
}
