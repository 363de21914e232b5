"""Reading DICOM objects: untrusted bytes in, plain frozen records or a typed refusal out."""
