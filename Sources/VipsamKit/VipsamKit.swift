// VipsamKit
